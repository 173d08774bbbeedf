using System.Globalization;
using System.Text;

namespace OrchestrationEngine.Plans;

/// <summary>Where a reader is in a JSON text; makes a JSON pointer (RFC 6901) only when asked. For one thread.</summary>
internal sealed class PointerStack
{
    private (string? Name, int Index)[] _steps = new (string?, int)[16];
    private int _count;

    /// <summary>Goes into an object or an array; the step is named as its members are read.</summary>
    public void Push()
    {
        if (_count == _steps.Length)
        {
            Array.Resize(ref _steps, 2 * _count);
        }

        _steps[_count++] = (null, -1);
    }

    public void Pop() => _count--;

    public void Set(string name) => _steps[_count - 1] = (name, -1);

    public void Set(int index) => _steps[_count - 1] = (null, index);

    /// <summary>Says that the reader is in the object or array itself, at none of its members.</summary>
    public void Clear() => _steps[_count - 1] = (null, -1);

    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var (name, index) in _steps.AsSpan(0, _count))
        {
            if (name is not null)
            {
                text.Append('/').Append(PlanPointer.Escape(name));
            }
            else if (index >= 0)
            {
                text.Append('/').Append(index.ToString(CultureInfo.InvariantCulture));
            }
        }

        return text.ToString();
    }
}
