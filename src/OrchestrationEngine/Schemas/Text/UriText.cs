using System.Text;

namespace OrchestrationEngine.Schemas;

/// <summary>
/// The five parts of a URI reference and their resolution against a base (RFC 3986, section 5.2), on the text as it is written: identifiers of
/// schemas are compared letter by letter, so nothing is normalized but dot segments.
/// </summary>
internal readonly record struct UriText(string? Scheme, string? Authority, string Path, string? Query, string? Fragment)
{
    public static UriText Parse(string text)
    {
        string? scheme = null, authority = null, query = null, fragment = null;
        var rest = text;
        if (rest.IndexOf('#', StringComparison.Ordinal) is >= 0 and var hash)
        {
            (rest, fragment) = (rest[..hash], rest[(hash + 1)..]);
        }

        if (rest.IndexOf('?', StringComparison.Ordinal) is >= 0 and var mark)
        {
            (rest, query) = (rest[..mark], rest[(mark + 1)..]);
        }

        var colon = rest.IndexOf(':', StringComparison.Ordinal);
        if (colon > 0 && IsScheme(rest.AsSpan(0, colon)))
        {
            (scheme, rest) = (rest[..colon], rest[(colon + 1)..]);
        }

        if (rest.StartsWith("//", StringComparison.Ordinal))
        {
            var end = rest.IndexOf('/', 2);
            (authority, rest) = end < 0 ? (rest[2..], string.Empty) : (rest[2..end], rest[end..]);
        }

        return new UriText(scheme, authority, rest, query, fragment);
    }

    /// <summary>Resolves a reference against a base, which is absolute.</summary>
    public static string Resolve(string baseUri, string reference)
    {
        var origin = Parse(baseUri);
        var to = Parse(reference);
        if (to.Scheme is not null)
        {
            return (to with { Path = RemoveDots(to.Path) }).ToString();
        }

        if (to.Authority is not null)
        {
            return (to with { Scheme = origin.Scheme, Path = RemoveDots(to.Path) }).ToString();
        }

        if (to.Path.Length == 0)
        {
            return (origin with { Query = to.Query ?? origin.Query, Fragment = to.Fragment }).ToString();
        }

        var path = to.Path[0] == '/' ? to.Path : Merge(origin, to.Path);
        return (origin with { Path = RemoveDots(path), Query = to.Query, Fragment = to.Fragment }).ToString();
    }

    /// <summary>The part before the fragment, and the fragment without its escapes.</summary>
    public static (string Uri, string Fragment) Split(string uri)
    {
        var hash = uri.IndexOf('#', StringComparison.Ordinal);
        return hash < 0 ? (uri, string.Empty) : (uri[..hash], Uri.UnescapeDataString(uri[(hash + 1)..]));
    }

    public static bool IsScheme(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || !char.IsAsciiLetter(text[0]))
        {
            return false;
        }

        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('+' or '-' or '.'))
            {
                return false;
            }
        }

        return true;
    }

    public override string ToString()
    {
        var text = new StringBuilder();
        if (Scheme is not null)
        {
            text.Append(Scheme).Append(':');
        }

        if (Authority is not null)
        {
            text.Append("//").Append(Authority);
        }

        text.Append(Path);
        if (Query is not null)
        {
            text.Append('?').Append(Query);
        }

        return (Fragment is null ? text : text.Append('#').Append(Fragment)).ToString();
    }

    private static string Merge(UriText origin, string path)
        => origin.Authority is not null && origin.Path.Length == 0 ? "/" + path : origin.Path[..(origin.Path.LastIndexOf('/') + 1)] + path;

    private static string RemoveDots(string path)
    {
        if (!path.Contains('.', StringComparison.Ordinal) || path[0] != '/')
        {
            return path;
        }

        var kept = new List<string>();
        var segments = path[1..].Split('/');
        for (var i = 0; i < segments.Length; i++)
        {
            var isLast = i == segments.Length - 1;
            if (segments[i] is "." or "..")
            {
                if (segments[i] == ".." && kept.Count > 0)
                {
                    kept.RemoveAt(kept.Count - 1);
                }

                if (isLast)
                {
                    kept.Add(string.Empty);
                }
            }
            else
            {
                kept.Add(segments[i]);
            }
        }

        return "/" + string.Join('/', kept);
    }
}
