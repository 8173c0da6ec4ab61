"""GOWA Desktop: the life of 1-100 GOWA instances on one computer. This module holds the version only."""

__version__ = "0.1.0"
