"""What other systems touch: the formats of their identifiers and the import of FHIR R4 files."""
