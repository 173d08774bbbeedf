using OrchestrationEngine.Plans;

namespace OrchestrationEngine.Handoffs;

/// <summary>Makes of a task's output what its consumer needs.</summary>
/// <remarks>One instance serves many attempts at once. It is called before the producer's success is stored, and again when that attempt has to be made again.</remarks>
public interface IHandoffTransform
{
    /// <summary>The name that plans use, and that stands in the journal.</summary>
    string Name { get; }

    /// <summary>Transforms an output.</summary>
    /// <param name="handoff">What is handed over: the output as the step before left it.</param>
    /// <param name="cancellationToken">Canceled when the attempt is to stop.</param>
    /// <returns>What the consumer gets.</returns>
    /// <exception cref="HandoffTransformException">The output can't be transformed, which counts as a violation of the producer's.</exception>
    ValueTask<JsonData> TransformAsync(Handoff handoff, CancellationToken cancellationToken);
}

/// <summary>An output can't be transformed into what its consumer needs.</summary>
public sealed class HandoffTransformException : OrchestrationException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What is wrong with the output, for the one who must mend it.</param>
    public HandoffTransformException(string message)
        : base(message)
    {
    }
}
