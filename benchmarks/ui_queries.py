"""What Dagster's web UI asks over GraphQL, by the names and with the fields its own pages use (version 1.13)."""

VIEW_DEFINITION = """
query AssetViewDefinitionQuery($assetKey: AssetKeyInput!) {
  assetOrError(assetKey: $assetKey) {
    ... on Asset {
      id
      key { path }
      hasDefinitionOrRecord
      assetMaterializations(limit: 1) { timestamp runId }
      definition {
        id
        pools
        opVersion
        groupName
        isExecutable
        partitionDefinition { description dimensionTypes { type dynamicPartitionsDefinitionName } }
        partitionKeysByDimension { name }
        owners { ... on TeamAssetOwner { team } ... on UserAssetOwner { email } }
        backfillPolicy { description }
        requiredResources { resourceKey }
        repository { id name location { id name } }
      }
    }
  }
}
"""

GRAPH_LIVE = """
query AssetGraphLiveQuery($assetKeys: [AssetKeyInput!]!) {
  assetNodes(assetKeys: $assetKeys, loadMaterializations: true) {
    id
    opNames
    repository { id }
    assetKey { path }
    assetMaterializations(limit: 1) { timestamp runId stepKey }
    assetObservations(limit: 1) { timestamp runId stepKey }
    assetChecksOrError {
      ... on AssetChecks {
        checks {
          name
          canExecuteIndividually
          executionForLatestMaterialization { id runId status timestamp stepKey evaluation { severity } }
        }
      }
    }
    partitionStats { numMaterialized numMaterializing numPartitions numFailed }
  }
  assetsLatestInfo(assetKeys: $assetKeys) {
    id
    assetKey { path }
    unstartedRunIds
    inProgressRunIds
    latestRun { id status startTime endTime }
  }
}
"""

HEALTH = """
query AssetHealthQuery($assetKeys: [AssetKeyInput!]!) {
  assetsOrError(assetKeys: $assetKeys) {
    ... on AssetConnection {
      nodes {
        id
        key { path }
        latestMaterializationTimestamp
        assetHealth {
          assetHealth
          materializationStatus
          materializationStatusMetadata {
            ... on AssetHealthMaterializationDegradedPartitionedMeta {
              numMissingPartitions numFailedPartitions totalNumPartitions latestFailedRunId
            }
            ... on AssetHealthMaterializationHealthyPartitionedMeta {
              numMissingPartitions totalNumPartitions latestRunId
            }
          }
          assetChecksStatus
          freshnessStatus
        }
      }
    }
  }
}
"""

PARTITION_HEALTH = """
query PartitionHealthQuery($assetKey: AssetKeyInput!) {
  assetNodeOrError(assetKey: $assetKey) {
    ... on AssetNode {
      id
      partitionKeysByDimension { name type partitionKeys }
      assetPartitionStatuses {
        ... on DefaultPartitionStatuses { materializedPartitions materializingPartitions failedPartitions }
      }
    }
  }
}
"""

PARTITION_DETAIL = """
query AssetPartitionDetailQuery($assetKey: AssetKeyInput!, $partitionKey: String!) {
  assetOrError(assetKey: $assetKey) {
    ... on Asset {
      id
      definition { id opNames latestRunForPartition(partition: $partitionKey) { id status endTime } }
      assetEventHistory(
        partitions: [$partitionKey]
        limit: 1000
        eventTypeSelectors: [MATERIALIZATION, OBSERVATION, FAILED_TO_MATERIALIZE]
      ) {
        results {
          ... on MaterializationEvent {
            partition
            tags { key value }
            runOrError { ... on PipelineRun { id mode status pipelineName pipelineSnapshotId } }
            runId
            timestamp
            stepKey
            label
            description
            metadataEntries { label description ... on IntMetadataEntry { intValue } }
          }
        }
      }
    }
  }
}
"""

RECENT_EVENTS = """
query RecentAssetEventsQuery($assetKey: AssetKeyInput!) {
  assetOrError(assetKey: $assetKey) {
    ... on Asset {
      id
      key { path }
      assetEventHistory(limit: 100, eventTypeSelectors: [MATERIALIZATION, OBSERVATION, FAILED_TO_MATERIALIZE]) {
        results {
          ... on MaterializationEvent {
            partition
            runOrError { ... on PipelineRun { id status pipelineName } }
            runId
            timestamp
            stepKey
            metadataEntries { label ... on IntMetadataEntry { intValue } }
          }
        }
        cursor
      }
    }
  }
}
"""

WORKSPACE = """
query { workspaceOrError { ... on Workspace { locationEntries { loadStatus locationOrLoadError { __typename } } } } }
"""
