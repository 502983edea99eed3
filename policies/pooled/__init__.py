"""政府统保平台: sponsors list their exporters, one plan covers all of them, the policies are issued in one run (Rulebook §2.2)."""
