"""Loss notices (Rulebook §5): from the pre-filled draft to mitigation, collection and the end of the case."""
