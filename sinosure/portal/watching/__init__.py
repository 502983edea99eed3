"""What the auditor and the administrators watch: the trail, and whether everything runs."""
