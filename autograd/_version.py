"""The version of all three packages; the build reads it here, too."""

__version__ = "0.1.0"
