"""What the making of files refuses."""

from __future__ import annotations

from participation.errors import Conflict, NotFound


class ExportNotFound(NotFound):
    title = "File not found"
    public = "We cannot find that file. Files are kept for 7 days for the person who asked for them."


class ExportNotReady(Conflict):
    title = "This file is not ready"
    public = "The file is still being made. Look again in a moment."
