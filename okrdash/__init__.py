"""okrdash: Objectives and Key Results, and the work between the functions that share them."""

__version__ = "0.1.0"
