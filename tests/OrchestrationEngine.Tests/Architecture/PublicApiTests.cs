using System.Reflection;

namespace OrchestrationEngine.Tests.Architecture;

/// <summary>
/// The public surface of each package, as it was last approved. After a change that is meant, run this test with <c>APPROVE_PUBLIC_API=1</c>
/// in the environment, and have the changed files reviewed with the change.
/// </summary>
public sealed class PublicApiTests
{
    public static TheoryData<string> Packages => [.. Repository.Folders("src")];

    [Theory, MemberData(nameof(Packages))]
    public void The_public_surface_is_the_approved_one(string package)
    {
        var file = Repository.At("tests", "OrchestrationEngine.Tests", "Architecture", $"PublicApi.{package}.txt");
        var surface = PublicSurface.Of(Assembly.Load(package));
        if (Environment.GetEnvironmentVariable("APPROVE_PUBLIC_API") == "1")
        {
            File.WriteAllLines(file, surface);
        }

        var approved = File.Exists(file) ? File.ReadAllLines(file) : [];
        var changes = surface.Except(approved).Select(line => "+ " + line).Concat(approved.Except(surface).Select(line => "- " + line));
        Assert.True(
            surface.SequenceEqual(approved),
            $"The public surface of {package} has changed. If that is meant, run this test with APPROVE_PUBLIC_API=1.\n{string.Join('\n', changes)}");
    }
}
