"""Pages of credit information, one module an audience or subject."""
