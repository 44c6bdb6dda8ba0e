"""What each source of memory shows, as evidence: check-ins, journals, analyses, facts a person states, insights."""
