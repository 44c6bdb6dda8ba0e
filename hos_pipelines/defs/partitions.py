"""The partition set: one partition a profile, kept by the enrolment sensor."""

import dagster as dg

from hos_pipelines.adapters.partitions import PARTITIONS_NAME

profiles_partitions = dg.DynamicPartitionsDefinition(name=PARTITIONS_NAME)
