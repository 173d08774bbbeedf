using System.ComponentModel;
using System.Runtime.InteropServices;

namespace OrchestrationEngine.Faults.Nodes;

/// <summary>Signals to processes that this program started.</summary>
internal static partial class UnixSignals
{
    private const int Kill = 9;
    private const int Continue = 18;
    private const int Stop = 19;
    private const int NoSuchProcess = 3;

    /// <summary>Ends a process at once; it can't do anything about it.</summary>
    public static void SendKill(int process) => Send(process, Kill);

    /// <summary>Stops a process where it is.</summary>
    public static void SendStop(int process) => Send(process, Stop);

    /// <summary>Lets a stopped process go on, as if nothing had been.</summary>
    public static void SendContinue(int process) => Send(process, Continue);

    private static void Send(int process, int signal)
    {
        if (kill(process, signal) != 0 && Marshal.GetLastPInvokeError() is var error && error != NoSuchProcess)
        {
            throw new Win32Exception(error, $"Signal {signal} could not be sent to process {process}.");
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int pid, int sig);
}
