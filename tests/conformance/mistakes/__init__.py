"""Plugins with one mistake each, as authors make them: what the conformance kit must find, and by which rule."""
