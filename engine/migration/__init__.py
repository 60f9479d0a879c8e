"""Moving running cases from one version of a pathway to another: who can, what changes, in batches, and back again."""
