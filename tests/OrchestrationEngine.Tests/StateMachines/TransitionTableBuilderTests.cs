using OrchestrationEngine.StateMachines;

namespace OrchestrationEngine.Tests.StateMachines;

public class TransitionTableBuilderTests
{
    private enum Light
    {
        Red,
        Green,
        Amber,
    }

    private enum Verb
    {
        Go,
        Stop,
    }

    private enum Gappy
    {
        One = 1,
        Three = 3,
    }

    private enum Aliased
    {
        First = 0,
        Start = First,
        Second = 1,
    }

    [Fact]
    public void All_problems_are_reported_at_once()
    {
        var e = Assert.Throws<InvalidOperationException>(() => TransitionTable.For<Light, Verb>("Light", Light.Red)
            .Permit(Verb.Go, Light.Green, Light.Red)
            .Permit(Verb.Go, Light.Red, Light.Red)
            .Ignore(Verb.Go, "no reason", Light.Red)
            .Permit(Verb.Stop, Light.Red)
            .Build());

        Assert.Equal(
            """
            The transition table 'Light' cannot be built:
            - Permit of 'Stop' names no state in which it is taken.
            - In Red, 'Go' is declared 3 times (to Green, to Red, ignored); keep one.
            - Amber cannot be reached from Red; permit a trigger that leads to it, or remove it.
            """,
            e.Message);
    }

    [Fact]
    public void A_state_that_only_leads_on_is_unreachable()
    {
        var e = Assert.Throws<InvalidOperationException>(() => TransitionTable.For<Light, Verb>("Light", Light.Red)
            .Permit(Verb.Go, Light.Green, Light.Red, Light.Amber)
            .Build());

        Assert.Contains("Amber cannot be reached", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_ignored_trigger_reaches_nothing()
    {
        Assert.Throws<InvalidOperationException>(() => TransitionTable.For<Light, Verb>("Light", Light.Red)
            .Permit(Verb.Go, Light.Green, Light.Red)
            .Ignore(Verb.Go, "it waits", Light.Amber)
            .Build());
    }

    [Fact]
    public void An_enum_with_gaps_is_refused()
    {
        var states = Assert.Throws<InvalidOperationException>(() =>
            TransitionTable.For<Gappy, Verb>("Thing", Gappy.One).Permit(Verb.Go, Gappy.Three, Gappy.One).Build());
        var triggers = Assert.Throws<InvalidOperationException>(() =>
            TransitionTable.For<Verb, Gappy>("Thing", Verb.Go).Permit(Gappy.One, Verb.Stop, Verb.Go).Build());

        Assert.Contains("The states of Gappy must have the values 0, 1, 2, ... without gaps.", states.Message, StringComparison.Ordinal);
        Assert.Contains("The triggers of Gappy must have the values", triggers.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_that_no_member_has_is_refused()
    {
        var e = Assert.Throws<InvalidOperationException>(() => TransitionTable.For<Light, Verb>("Light", Light.Red)
            .Permit(Verb.Go, Light.Green, Light.Red)
            .Permit(Verb.Go, Light.Amber, Light.Green)
            .Permit((Verb)7, (Light)9, Light.Amber)
            .Build());

        Assert.Contains("The value 9 is not a member of Light.", e.Message, StringComparison.Ordinal);
        Assert.Contains("The value 7 is not a member of Verb.", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_names_of_one_value_are_one_state()
    {
        var table = TransitionTable.For<Aliased, Verb>("Thing", Aliased.Start).Permit(Verb.Go, Aliased.Second, Aliased.First).Build();

        Assert.Equal(Aliased.Second, table.Fire("x", Aliased.Start, Verb.Go));
    }
}
