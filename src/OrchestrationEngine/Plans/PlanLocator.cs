using System.Globalization;
using System.Text.Json;

namespace OrchestrationEngine.Plans;

/// <summary>
/// Finds the lines and columns of problems that only have a pointer, in one pass over the file. So the plan model carries no places, and
/// looking for them costs only when something is wrong.
/// </summary>
internal static class PlanLocator
{
    /// <summary>Completes problems with the place of what they point to, or of the nearest thing around it that is in the file.</summary>
    public static IReadOnlyList<PlanProblem> Locate(ReadOnlyMemory<byte> text, IReadOnlyList<PlanProblem> problems, int maxDepth)
    {
        if (problems.Count == 0)
        {
            return problems;
        }

        var root = new Place();
        var places = new Place[problems.Count];
        for (var index = 0; index < problems.Count; index++)
        {
            places[index] = root.Find(problems[index].Pointer);
        }

        var reader = new Utf8JsonReader(text.Span, new JsonReaderOptions { MaxDepth = maxDepth });
        reader.Read();
        Walk(ref reader, root);

        var lines = new TextLines(text);
        return
        [
            .. problems.Zip(places)
                .OrderBy(pair => pair.Second.Offset)
                .Select(pair =>
                {
                    var (line, column) = lines.At(pair.Second.Offset);
                    return pair.First with { Line = line, Column = column };
                }),
        ];
    }

    private static void Walk(ref Utf8JsonReader reader, Place place)
    {
        place.Reach(reader.TokenStartIndex);
        if (place.Members.Count == 0)
        {
            reader.Skip();
        }
        else if (reader.TokenType == JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                Step(ref reader, place.MemberAt(ref reader));
            }
        }
        else if (reader.TokenType == JsonTokenType.StartArray)
        {
            var items = place.Members.Where(member => int.TryParse(member.Key, CultureInfo.InvariantCulture, out _))
                .ToDictionary(member => int.Parse(member.Key, CultureInfo.InvariantCulture), member => member.Value);
            for (var index = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; index++)
            {
                if (items.TryGetValue(index, out var item))
                {
                    Walk(ref reader, item);
                }
                else
                {
                    reader.Skip();
                }
            }
        }
    }

    private static void Step(ref Utf8JsonReader reader, Place? member)
    {
        if (member is null)
        {
            reader.Skip();
        }
        else
        {
            reader.Read();
            Walk(ref reader, member);
        }
    }

    /// <summary>A step of one or more pointers.</summary>
    private sealed class Place
    {
        public Dictionary<string, Place> Members { get; } = new(StringComparer.Ordinal);

        public long Offset { get; private set; }

        public Place Find(string pointer)
        {
            var place = this;
            foreach (var step in pointer.Split('/').Skip(1))
            {
                var name = step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
                if (!place.Members.TryGetValue(name, out var member))
                {
                    place.Members[name] = member = new Place();
                }

                place = member;
            }

            return place;
        }

        // Members get the same place first: those that are not in the file keep it.
        public void Reach(long offset)
        {
            Offset = offset;
            foreach (var member in Members.Values)
            {
                member.Reach(offset);
            }
        }

        public Place? MemberAt(ref Utf8JsonReader reader)
        {
            foreach (var (name, member) in Members)
            {
                if (reader.ValueTextEquals(name))
                {
                    return member;
                }
            }

            return null;
        }
    }
}
