namespace OrchestrationEngine.PostgreSql.Reading;

/// <summary>One row of the journal, as it was read; what it says is worked out when the connection is free again.</summary>
internal readonly record struct StoredEvent(long Sequence, long Timestamp, string Type, int SchemaVersion, byte[] Payload);
