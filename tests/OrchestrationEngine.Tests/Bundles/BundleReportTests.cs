using System.Text;
using static OrchestrationEngine.Tests.Bundles.BundledRun;

namespace OrchestrationEngine.Tests.Bundles;

public sealed class BundleReportTests
{
    [Fact]
    public async Task The_report_tells_people_what_became_of_the_run()
    {
        var run = await CreateAsync();
        var parts = await PartsAsync(await run.ExportAsync());
        Assert.Equal(
            $"""
            # Run run

            - Plan: plan, version 1
            - Business key: key
            - Outcome: **Succeeded**
            - Created: 2026-03-04 05:06:07Z
            - Ended: 2026-03-04 05:06:21Z, after 14 s
            - Facts: 15

            ## Phases

            | Phase | Outcome | Generation | Reason |
            | --- | --- | --- | --- |
            | one | Completed | 1 | – |

            ## Tasks

            | Task | Phase | Agent | Outcome | Attempts | Began | Took | Failure |
            | --- | --- | --- | --- | --- | --- | --- | --- |
            | a | one | x | Succeeded | 2 | 2026-03-04 05:06:10Z | 9 s | – |

            ## Artifacts

            | Name | Version | Media type | Bytes | Digest | Made by | Agent | Note |
            | --- | --- | --- | --- | --- | --- | --- | --- |
            | bad.json | 1 | application/json | 17 | `{run.Contents[2].Digest}` | a, attempt 1 | x | quarantined |
            | docs/report.md | 1 | text/markdown | 9 | `{run.Contents[0].Digest}` | a, attempt 2 | x |  |

            ## Violations

            | Task | Contract | For | Where | What | Verdict |
            | --- | --- | --- | --- | --- | --- |
            | a, attempt 1 | tested | – | /coverage | coverage \| is 0.5 \<b\>too low\</b\> | rejected |

            ## Decisions

            | When | What | By | Why |
            | --- | --- | --- | --- |
            | 2026-03-04 05:06:15Z | paused | – | a look at it |
            | 2026-03-04 05:06:16Z | resumed | – | go on |

            ## Contents that are not in this bundle

            | Digest |
            | --- |
            | `{Nothing}` |

            """,
            Encoding.UTF8.GetString(parts.Single(part => part.Name == "report.md").Content),
            ignoreLineEndingDifferences: true);
    }
}
