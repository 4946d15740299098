"""Scripts of an attacker who may read everything, one a leak, over our box and over a box that was made without thinking."""
