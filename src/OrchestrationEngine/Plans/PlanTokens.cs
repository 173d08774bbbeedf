using System.Text.Json;

namespace OrchestrationEngine.Plans;

/// <summary>
/// Reads objects, lists and values of expected kinds. What is not as expected becomes a problem and is stepped over, so that everything
/// wrong is found in one reading. After each call the reader is at the last token of what was read.
/// </summary>
internal ref struct PlanTokens
{
    private readonly PlanReading _reading;
    private readonly ReadOnlySpan<byte> _text;
    private Utf8JsonReader _reader;

    public PlanTokens(PlanReading reading, ReadOnlySpan<byte> text)
    {
        _reading = reading;
        _text = text;
        _reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = reading.Options.Limits.MaxDepth });
    }

    public readonly PlanReading Reading => _reading;

    public readonly JsonTokenType Kind => _reader.TokenType;

    /// <summary>The offset at which the current token begins.</summary>
    public readonly long Position => _reader.TokenStartIndex;

    /// <summary>Whether one more object or list would be over the limit. At its own beginning an object does not count itself.</summary>
    public readonly bool IsAtDepthLimit
        => _reader.CurrentDepth + (_reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray ? 1 : 0) >= _reading.Options.Limits.MaxDepth;

    public bool Read() => _reader.Read();

    /// <summary>Goes into an object with known properties.</summary>
    public bool TryEnter(PropertySet properties, out OpenObject open)
    {
        open = new OpenObject(properties, _reader.TokenStartIndex);
        return TryEnter(JsonTokenType.StartObject, properties.Subject, "an object");
    }

    /// <summary>Goes to the value of the next property; at the end says which required properties are missing.</summary>
    public bool Next(ref OpenObject open, out string property)
    {
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            var index = open.Properties.Find(in _reader);
            if (index < 0)
            {
                Unknown(open.Properties);
            }
            else
            {
                property = open.Properties.Names[index];
                _reading.Pointer.Set(property);
                if (open.TryTake(index))
                {
                    _reader.Read();
                    return true;
                }

                Twice(property);
            }

            _reader.Skip();
        }

        _reading.Pointer.Clear();
        foreach (var missing in open.Missing())
        {
            Lost(PlanProblemKinds.Missing, open.Start, $"The required property '{missing}' is missing from {open.Properties.Subject}.", missing, missing);
        }

        _reading.Pointer.Pop();
        property = string.Empty;
        return false;
    }

    /// <summary>Goes into an object whose property names are the plan's own.</summary>
    public bool TryEnterMap(string subject, out HashSet<string> names)
    {
        names = new HashSet<string>(StringComparer.Ordinal);
        return TryEnter(JsonTokenType.StartObject, subject, "an object");
    }

    public bool NextName(HashSet<string> names, out string name)
    {
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            name = Text() ?? string.Empty;
            _reading.Pointer.Set(name);
            if (names.Add(name))
            {
                _reader.Read();
                return true;
            }

            Twice(name);
            _reader.Skip();
        }

        _reading.Pointer.Pop();
        name = string.Empty;
        return false;
    }

    public bool TryEnterList(string subject) => TryEnter(JsonTokenType.StartArray, subject, "a list");

    public bool NextItem(ref int count)
    {
        if (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            _reading.Pointer.Set(count++);
            return true;
        }

        _reading.Pointer.Pop();
        return false;
    }

    /// <summary>The string at which the reader is, or null with a problem.</summary>
    public string? Text(string expected = "a string")
    {
        if (_reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName))
        {
            Wrong(expected);
            return null;
        }

        try
        {
            return _reading.Shared(in _reader);
        }
        catch (InvalidOperationException)
        {
            // How the reader says that an escape such as \ud800 stands without its other half.
            Lost(PlanProblemKinds.NotUtf8, _reader.TokenStartIndex, "The string has an escape that is only half of a character; write both halves of a surrogate pair.");
            return null;
        }
    }

    public int WholeNumber(int otherwise)
    {
        if (_reader.TokenType == JsonTokenType.Number && _reader.TryGetInt32(out var number))
        {
            return number;
        }

        Wrong("a whole number");
        return otherwise;
    }

    public long LongNumber(long otherwise)
    {
        if (_reader.TokenType == JsonTokenType.Number && _reader.TryGetInt64(out var number))
        {
            return number;
        }

        Wrong("a whole number");
        return otherwise;
    }

    public decimal Decimal(decimal otherwise)
    {
        if (_reader.TokenType == JsonTokenType.Number && _reader.TryGetDecimal(out var number))
        {
            return number;
        }

        Wrong("a number");
        return otherwise;
    }

    public double Number(double otherwise)
    {
        if (_reader.TokenType == JsonTokenType.Number && _reader.TryGetDouble(out var number))
        {
            return number;
        }

        Wrong("a number");
        return otherwise;
    }

    public bool Flag()
    {
        if (_reader.TokenType is JsonTokenType.True or JsonTokenType.False)
        {
            return _reader.GetBoolean();
        }

        Wrong("true or false");
        return false;
    }

    /// <summary>The JSON text of the value at which the reader is.</summary>
    public ReadOnlySpan<byte> Raw()
    {
        var start = (int)_reader.TokenStartIndex;
        _reader.Skip();
        return _text[start..(int)_reader.BytesConsumed];
    }

    /// <summary>Reports a value of a kind that is not expected, and steps over it.</summary>
    public void Unexpected(string expected) => Wrong(expected);

    /// <summary>Says what is wrong with the value that was just read and began here.</summary>
    public readonly void Problem(PlanProblemKind kind, string message, string? name = null, IEnumerable<string?>? known = null)
        => _reading.Problem(kind, _reader.TokenStartIndex, message, name, known);

    private bool TryEnter(JsonTokenType start, string subject, string kind)
    {
        if (_reader.TokenType != start)
        {
            Wrong($"{kind} ({subject})");
            return false;
        }

        _reading.Pointer.Push();
        return true;
    }

    private void Unknown(PropertySet properties)
    {
        var at = _reader.TokenStartIndex;
        _reading.Pointer.Clear();
        if (Text() is not { } name)
        {
            return;
        }

        if (_reading.Options.Strict)
        {
            _reading.Problem(PlanProblemKinds.UnknownProperty, at, $"'{name}' is not a property of {properties.Subject}. It can have: {string.Join(", ", properties.Names)}.", name, properties.Names, name);
        }
        else
        {
            _reading.Warning(PlanProblemKinds.IgnoredProperty, at, $"'{name}' is not a property of {properties.Subject} and was ignored.", name, properties.Names, name);
        }
    }

    private void Twice(string name) => Lost(PlanProblemKinds.GivenTwice, _reader.TokenStartIndex, $"'{name}' is given twice.", name);

    private void Wrong(string expected)
    {
        Lost(PlanProblemKinds.UnexpectedValue, _reader.TokenStartIndex, $"Expected {expected}, found {Found()}.");
        _reader.Skip();
    }

    private readonly void Lost(PlanProblemKind kind, long offset, string message, string? name = null, string? member = null)
    {
        _reading.LostParts = true;
        _reading.Problem(kind, offset, message, name, member: member);
    }

    private readonly string Found() => _reader.TokenType switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "a list",
        JsonTokenType.String => "a string",
        JsonTokenType.Number => _reader.ValueSpan.Length <= 32 ? $"the number {System.Text.Encoding.UTF8.GetString(_reader.ValueSpan)}" : "a number",
        JsonTokenType.True => "true",
        JsonTokenType.False => "false",
        _ => "null",
    };

    /// <summary>An object that is being read, and which of its properties were there.</summary>
    public struct OpenObject(PropertySet properties, long start)
    {
        private ulong _taken;

        public readonly PropertySet Properties => properties;

        public readonly long Start => start;

        public bool TryTake(int index)
        {
            var free = (_taken & (1ul << index)) == 0;
            _taken |= 1ul << index;
            return free;
        }

        public readonly IEnumerable<string> Missing()
        {
            var required = (1ul << properties.RequiredCount) - 1;
            return (_taken & required) == required ? [] : Left(properties, _taken);
        }

        private static IEnumerable<string> Left(PropertySet properties, ulong taken)
            => properties.Names.Take(properties.RequiredCount).Where((_, index) => (taken & (1ul << index)) == 0);
    }
}
