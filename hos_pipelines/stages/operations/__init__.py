"""What keeps a deployment well: enrolment, webhooks, retention."""
