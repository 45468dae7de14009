"""Watches one run, then asks its process which models it holds."""
