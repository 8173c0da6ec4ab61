"""The Linux installers, tried out in a bare Debian without Python."""
