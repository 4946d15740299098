"""The fault rig: real voters' browsers against a real server whose parts are killed meanwhile. See docs/faults.md."""
