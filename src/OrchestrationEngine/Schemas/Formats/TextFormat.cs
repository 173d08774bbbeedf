namespace OrchestrationEngine.Schemas;

/// <summary>A format that a string may be asked to have.</summary>
/// <param name="Name">The name in schemas.</param>
/// <param name="Description">What it is, with its article and an example, for messages.</param>
/// <param name="Matches">Whether a text has the format. It never throws.</param>
internal sealed record TextFormat(string Name, string Description, TextFormat.Check Matches)
{
    internal delegate bool Check(ReadOnlySpan<char> text);

    private static readonly Dictionary<string, TextFormat> Known = new TextFormat[]
    {
        new("date-time", "a date and time with its offset such as 2026-11-21T08:30:00Z", DateFormats.IsDateTime),
        new("date", "a date such as 2026-11-21", DateFormats.IsDate),
        new("time", "a time with its offset such as 08:30:00Z", DateFormats.IsTime),
        new("duration", "a duration such as P3DT12H", DateFormats.IsDuration),
        new("email", "an e-mail address", MailFormats.IsEmail),
        new("idn-email", "an e-mail address", MailFormats.IsInternationalEmail),
        new("hostname", "a host name such as build.example.com", HostFormats.IsHostName),
        new("idn-hostname", "a host name", HostFormats.IsInternationalHostName),
        new("ipv4", "an IPv4 address such as 192.0.2.1", AddressFormats.IsIPv4),
        new("ipv6", "an IPv6 address such as 2001:db8::1", AddressFormats.IsIPv6),
        new("uri", "an absolute URI such as https://example.com/a", text => UriFormats.IsUri(text, mayBeRelative: false, isInternational: false)),
        new("uri-reference", "a URI reference", text => UriFormats.IsUri(text, mayBeRelative: true, isInternational: false)),
        new("iri", "an absolute IRI", text => UriFormats.IsUri(text, mayBeRelative: false, isInternational: true)),
        new("iri-reference", "an IRI reference", text => UriFormats.IsUri(text, mayBeRelative: true, isInternational: true)),
        new("uri-template", "a URI template such as /runs/{id}", UriTemplateFormat.IsTemplate),
        new("uuid", "a UUID such as 2eb8aa08-aa98-11ea-b4aa-73b441d16380", AddressFormats.IsUuid),
        new("json-pointer", "a JSON pointer such as /a/0", PointerFormats.IsPointer),
        new("relative-json-pointer", "a relative JSON pointer such as 1/a", PointerFormats.IsRelativePointer),
        new("regex", "a regular expression of ECMA-262", SchemaPattern.IsPattern),
    }.ToDictionary(format => format.Name, StringComparer.Ordinal);

    public static IReadOnlyCollection<string> Names => Known.Keys;

    public static TextFormat? Find(string name) => Known.GetValueOrDefault(name);
}
