"""One file per workload. Each has `run(scale: float) -> dict`: {"name", "figures": {…}, "ratios": {…}, "goals": {…}}."""
