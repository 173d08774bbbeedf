namespace RepositoryReview;

internal static class ExitCodes
{
    public const int Succeeded = 0;
    public const int Failed = 1;
    public const int Misused = 2;

    public static int Usage(string problem)
    {
        Console.Error.WriteLine(problem);
        Console.Error.WriteLine("--help shows what can be given.");
        return Misused;
    }
}

/// <summary>What was asked for makes no sense; the message says why.</summary>
internal sealed class UsageException(string message) : Exception(message);
