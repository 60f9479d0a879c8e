"""SpiffWorkflow's specs, mended until they do what BPMN says; nothing outside `engine.processes` looks in here."""
