"""银行保险单 and 福费廷保险单: the bank is policyholder and insured (handbook, 产品; Rulebook §1.1)."""
