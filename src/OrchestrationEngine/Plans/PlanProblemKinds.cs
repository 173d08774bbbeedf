namespace OrchestrationEngine.Plans;

/// <summary>All kinds of problems that a plan can have: the one place where their codes are given.</summary>
public static class PlanProblemKinds
{
    // The text of a plan file.
    internal static readonly PlanProblemKind Other = Error("OE1000", "Something that has no code of its own is wrong.", "Follow the message.");
    internal static readonly PlanProblemKind TextTooLarge = Error("OE1001", "The file is larger than the limit.", "Pass large data as inputs of the run, or raise `PlanLimits.MaxBytes`.");
    internal static readonly PlanProblemKind TextEmpty = Error("OE1002", "The file is empty.", "Write a JSON object with at least `id` and `phases`.");
    internal static readonly PlanProblemKind NotJson = Error("OE1003", "The file is not JSON.", "Mend the text at the line and column given; comments and commas after the last entry are not allowed.");
    internal static readonly PlanProblemKind NotUtf8 = Error("OE1004", "The file is not UTF-8, or holds half of a character.", "Save it as UTF-8; write both halves of a surrogate pair.");
    internal static readonly PlanProblemKind TooDeep = Error("OE1005", "The nesting is deeper than the limit.", "Make it flatter, or raise `PlanLimits.MaxDepth`.");
    internal static readonly PlanProblemKind UnexpectedValue = Error("OE1006", "A value of another kind is expected.", "Write a value of the kind that the message names.");
    internal static readonly PlanProblemKind UnknownProperty = Error("OE1007", "An object has a property that it can't have.", "Write the name that the message suggests, or leave the property out.");
    internal static readonly PlanProblemKind IgnoredProperty = Warning("OE1008", "An object has a property that is not known; it was ignored, since the plan is read leniently.", "Check whether the plan was written for a later version.");
    internal static readonly PlanProblemKind GivenTwice = Error("OE1009", "A property is given twice.", "Leave one of them out.");
    internal static readonly PlanProblemKind Missing = Error("OE1010", "A required property is missing.", "Add it.");
    internal static readonly PlanProblemKind UnknownWord = Error("OE1011", "A word is none of those that are possible here.", "Write one of the words that the message lists.");
    internal static readonly PlanProblemKind NotDuration = Error("OE1012", "A text is not a duration.", "Write numbers with units, the largest first: `250ms`, `30s`, `1h30m`.");
    internal static readonly PlanProblemKind BadExpression = Error("OE1013", "An expression can't be read.", "Mend it at the position that the message names.");
    internal static readonly PlanProblemKind BadTemplate = Error("OE1014", "A binding or a template can't be read.", "Mend the expression between `${` and `}`; to mean the characters `${` write `$${`.");
    internal static readonly PlanProblemKind BoundDefault = Error("OE1015", "The default of an input is a binding.", "Write a plain value.");
    internal static readonly PlanProblemKind UnclearForm = Error("OE1016", "An object says several things of which only one is possible, or none.", "Keep exactly one of those that the message names.");

    internal static readonly PlanProblemKind BadSchema = Error("OE1017", "A JSON Schema can't be used, or a default does not satisfy it.", "Follow the message.");

    // Names.
    internal static readonly PlanProblemKind NameEmpty = Error("OE1101", "A name is empty.", "Write a name.");
    internal static readonly PlanProblemKind NameTooLong = Error("OE1102", "A name is longer than the limit.", "Shorten it, or raise `PlanLimits.MaxIdLength`.");
    internal static readonly PlanProblemKind NameUnshowable = Error("OE1103", "A name holds a control character or half of a character.", "Write a name that can be shown on one line.");
    internal static readonly PlanProblemKind NameTwice = Error("OE1104", "A name is there twice in a list.", "Rename or remove one of them.");
    internal static readonly PlanProblemKind IdTwice = Error("OE1105", "Two phases, or two tasks of the plan, have the same id.", "Give each phase an id of its own, and each task an id that no other task of the plan has.");
    internal static readonly PlanProblemKind Gap = Error("OE1106", "A part of a plan that was made in code is null.", "Give it a value, or leave it at its default.");

    // Values and sizes.
    internal static readonly PlanProblemKind NumberOutOfRange = Error("OE1201", "A number is too small or too large.", "Write a number in the range that the message names.");
    internal static readonly PlanProblemKind ImpossibleDuration = Error("OE1202", "A duration is negative, or zero where it can't be.", "Write a longer one.");
    internal static readonly PlanProblemKind UndefinedValue = Error("OE1203", "A value of a plan that was made in code is none of those defined.", "Use a defined value.");
    internal static readonly PlanProblemKind ValueTooLarge = Error("OE1204", "A value that stands in the plan is larger than the limit.", "Pass it as an input of the run, or raise `PlanLimits.MaxLiteralBytes`.");
    internal static readonly PlanProblemKind PlanTooLarge = Error("OE1205", "The plan has more phases, tasks or edges than the limit.", "Divide it into sub-plans, or raise the limit that the message names.");
    internal static readonly PlanProblemKind NoPhases = Error("OE1206", "The plan has no phases.", "Add one.");
    internal static readonly PlanProblemKind NotTime = Error("OE1207", "A text is not a time.", "Write a time with its offset, as in `2027-01-31T08:00:00Z`.");
    internal static readonly PlanProblemKind NestedTooDeep = Error("OE1208", "Plans are nested in each other more deeply than the limit.", "Put the inner ones into the registry, or raise `PlanLimits.MaxNestedPlans`.");

    internal static readonly PlanProblemKind TakesTooMuch = Error("OE1209", "A task takes more of a resource than the engine has.", "Take less, or give the engine more (`OrchestrationOptions.Resources`).");

    // References.
    internal static readonly PlanProblemKind UnknownTier = Error("OE1301", "A phase names a tier that the plan does not have.", "Write the id of a tier of the plan.");
    internal static readonly PlanProblemKind UnknownPhase = Error("OE1302", "A phase is named that the plan does not have.", "Write the id of a phase of the plan.");
    internal static readonly PlanProblemKind UnknownTask = Error("OE1303", "A task is named that the plan does not have.", "Write the id of a task of the plan.");
    internal static readonly PlanProblemKind UnknownAgent = Error("OE1304", "A task names an agent that the plan does not list.", "Write the id of an agent of the plan, or add the agent to its list.");
    internal static readonly PlanProblemKind UnregisteredAgent = Error("OE1305", "The application has no agent of this name.", "Register the agent, or correct the name.");
    internal static readonly PlanProblemKind UnknownInput = Error("OE1306", "An input is named that the plan does not take.", "Write the name of an input of the plan, or add the input.");
    internal static readonly PlanProblemKind UnknownName = Error("OE1307", "An expression begins with a name that does not exist where it stands.", "Begin with one of the names that the message lists.");
    internal static readonly PlanProblemKind UnclearPath = Error("OE1308", "An expression does not say which input, task, phase or signal it means.", "Name it, as in `inputs.NAME` or `tasks.ID.output`; it must be known when the plan is read.");
    internal static readonly PlanProblemKind UnknownMember = Error("OE1309", "An expression reads something of a task, a phase or the run that can't be read.", "Read one of those that the message lists.");
    internal static readonly PlanProblemKind UndeclaredOutput = Error("OE1310", "An expression reads a member that the output does not have by its declaration.", "Read a declared member, or add it to the task's `outputs`.");
    internal static readonly PlanProblemKind DependsOnItself = Error("OE1311", "A phase or task depends on itself.", "Remove the dependency; to use the output of an earlier turn, the task needs a `repeat`.");
    internal static readonly PlanProblemKind MayNotHaveEnded = Error("OE1312", "A condition reads something that may not have ended when the condition is read.", "Let the phase depend on the phase that it reads.");
    internal static readonly PlanProblemKind OutsideOfLoop = Error("OE1313", "A task uses a task of a repeated phase from a phase that does not depend on that phase.", "Let its phase depend on the repeated phase, directly or through others.");
    internal static readonly PlanProblemKind NoItems = Error("OE1314", "An expression reads the items of a task that has none.", "Give the task a `forEach`, or read something else.");

    internal static readonly PlanProblemKind NoProbe = Error("OE1315", "A task wants its agent to be asked what happened (`onUnknown: probe`), and the agent can't tell.", "Register an agent that implements `IAgentProbe`, or write another `onUnknown`.");

    internal static readonly PlanProblemKind UnknownResource = Error("OE1316", "A task takes of a resource that the engine does not have.", "Correct the name, or give the engine the resource (`OrchestrationOptions.Resources`).");

    // What a task says.
    internal static readonly PlanProblemKind NoKind = Error("OE1401", "A task has none of `agent`, `wait`, `plan` and `end`.", "Add one of them.");
    internal static readonly PlanProblemKind SeveralKinds = Error("OE1402", "A task has more than one of `agent`, `wait`, `plan` and `end`.", "Keep one of them.");
    internal static readonly PlanProblemKind ImpossibleJoin = Error("OE1403", "A join is one that its task can't have, or has parts that do not go together.", "Follow the message.");
    internal static readonly PlanProblemKind ForeignUntil = Error("OE1404", "The `until` of a join reads a task that the join does not wait for, so it may never be looked at again.", "Add the task to `dependsOn`, or take it out of the condition.");
    internal static readonly PlanProblemKind NotTogether = Error("OE1405", "A task says two things that can't go together.", "Take one of them out; a sub-plan can do both, one inside the other.");
    internal static readonly PlanProblemKind ImpossibleWait = Error("OE1406", "A wait has no branch, or a branch that does not say one thing to wait for.", "Give each branch exactly one of `after`, `at` and `signal`; `mode` and `where` go with a signal.");
    internal static readonly PlanProblemKind ImpossibleSubPlan = Error("OE1407", "A sub-plan has neither or both of `id` and `inline`, or a version without an id.", "Give it one of them.");
    internal static readonly PlanProblemKind LockedOut = Error("OE1408", "Something would wait for a lock that is held until it has ended.", "Let only one of the two hold the lock, or put them in order.");

    // Orders and joins.
    internal static readonly PlanProblemKind Circle = Error("OE1501", "Phases or tasks wait, directly or around several corners, for themselves.", "Take one of the dependencies out.");
    internal static readonly PlanProblemKind JoinNeverComplete = Error("OE1502", "A join can never be complete, whatever becomes of the tasks that it waits for.", "Follow the reason in the message: ask for fewer, use `any` or `activated`, or let the task run all the same (`onSkipped`).");
    internal static readonly PlanProblemKind LoopConflict = Error("OE1503", "A smart phase that is repeated conflicts with a phase that is not ordered to it.", "Let one of the phases depend on the other.");

    // What a plan may have, but probably should not.
    internal static readonly PlanProblemKind SingleSource = Warning("OE1601", "A join that chooses among tasks has only one to wait for, or none.", "Add the others, or leave the join out.");
    internal static readonly PlanProblemKind NeverRuns = Warning("OE1602", "A task or a phase can never run.", "Follow the reason in the message, or remove it.");
    internal static readonly PlanProblemKind LonelyChoice = Warning("OE1603", "A choice has only one task.", "Add the others, or use `when` alone.");
    internal static readonly PlanProblemKind NoEffect = Warning("OE1604", "A task says something that has no effect on it.", "Remove it.");
    internal static readonly PlanProblemKind BehindEnd = Warning("OE1605", "Something stands behind a task that always ends the run.", "Give the end a condition, or remove what stands behind it.");

    // The inputs of a run or of a sub-plan.
    internal static readonly PlanProblemKind InputMissing = Error("OE1701", "A required input is not given.", "Give it.");
    internal static readonly PlanProblemKind InputNotTaken = Error("OE1702", "An input is given that the plan does not take.", "Correct its name, or leave it out.");

    internal static readonly PlanProblemKind InputNotValid = Error("OE1703", "An input does not satisfy its schema.", "Give a value that does.");

    // Patches, and moves to other versions.
    internal static readonly PlanProblemKind PatchEmpty = Error("OE1801", "A patch makes no changes.", "Give it at least one, or don't propose it.");
    internal static readonly PlanProblemKind PatchUnclear = Error("OE1802", "A change of a patch does not say one thing.", "Give each change exactly one property.");
    internal static readonly PlanProblemKind PatchImpossible = Error("OE1803", "A change can't be made to this plan.", "Follow the message.");
    internal static readonly PlanProblemKind PatchTooLate = Error("OE1804", "A change is about something that has started, or has ended.", "Change what has not started; what is done is done.");

    // Templates.
    internal static readonly PlanProblemKind ParameterMissing = Error("OE1901", "A parameter of a template has no default and is not given.", "Give it.");
    internal static readonly PlanProblemKind UnknownParameter = Error("OE1902", "A parameter is named that the template does not have.", "Write the name of a parameter of the template, or add the parameter.");
    internal static readonly PlanProblemKind ParameterNotValid = Error("OE1903", "The value of a parameter does not satisfy its schema, or would be read as a template.", "Give another value.");
    internal static readonly PlanProblemKind BadParameter = Error("OE1904", "A reference to a parameter can't be read, or leads to nothing.", "Write `${params.NAME}`, or a path to a member of its value.");

    internal static readonly PlanProblemKind NotListed = Error("OE1999", "There are more problems than are listed.", "Mend those that are listed, or raise `PlanLimits.MaxProblems`.");

    // Contracts, handoffs and documents.
    internal static readonly PlanProblemKind UnknownContract = Error("OE2001", "A contract is named that the plan does not have.", "Write the name of a contract of the plan, or add the contract.");
    internal static readonly PlanProblemKind UnregisteredContract = Error("OE2002", "The application has no contract or transformation of this name, or a schema refers to one that it does not have.", "Register it (`AddContract`, `AddTransform`, `AddSchemas`), or correct the name.");
    internal static readonly PlanProblemKind EmptyContract = Error("OE2003", "A contract asks for nothing.", "Give it something that must hold, or leave it out.");
    internal static readonly PlanProblemKind ContractCircle = Error("OE2004", "A contract stands, directly or around several corners, in itself, or too many stand in one another.", "Take one of them out of the other.");
    internal static readonly PlanProblemKind BadContract = Error("OE2005", "A value in a contract is none that is possible there.", "Follow the message.");
    internal static readonly PlanProblemKind UnsafeName = Error("OE2006", "A name or pattern of a part, an artifact, a file or a document is absolute, leaves its folder, or can't be a name on every system.", "Write a relative name with `/` between its segments, as in `src/app.ts`.");
    internal static readonly PlanProblemKind BadTransform = Error("OE2007", "A transformation does not say one thing, or one that can't be done.", "Follow the message.");
    internal static readonly PlanProblemKind ImpossibleHandoff = Error("OE2008", "A handoff or a contract stands where nothing can be checked.", "Follow the message.");
    internal static readonly PlanProblemKind ContractConflict = Error("OE2009", "Whatever the producer makes, either its own contract or its consumer's is broken.", "Change one of the two places that the message names.");
    internal static readonly PlanProblemKind UnknownWriter = Error("OE2010", "A document names a writer or reader that is no task and no agent of the plan.", "Write the id of a task, `agent:NAME` for an agent, or `*` for all.");

    /// <summary>All kinds, in the order of their codes.</summary>
    public static IReadOnlyList<PlanProblemKind> All { get; } =
    [
        Other, TextTooLarge, TextEmpty, NotJson, NotUtf8, TooDeep, UnexpectedValue, UnknownProperty, IgnoredProperty, GivenTwice, Missing, UnknownWord, NotDuration,
        BadExpression, BadTemplate, BoundDefault, UnclearForm, BadSchema, NameEmpty, NameTooLong, NameUnshowable, NameTwice, IdTwice, Gap, NumberOutOfRange, ImpossibleDuration,
        UndefinedValue, ValueTooLarge, PlanTooLarge, NoPhases, NotTime, NestedTooDeep, TakesTooMuch, UnknownTier, UnknownPhase, UnknownTask, UnknownAgent, UnregisteredAgent, UnknownInput,
        UnknownName, UnclearPath, UnknownMember, UndeclaredOutput, DependsOnItself, MayNotHaveEnded, OutsideOfLoop, NoItems, NoProbe, UnknownResource, NoKind, SeveralKinds, ImpossibleJoin, ForeignUntil,
        NotTogether, ImpossibleWait, ImpossibleSubPlan, LockedOut, Circle, JoinNeverComplete, LoopConflict, SingleSource, NeverRuns, LonelyChoice, NoEffect, BehindEnd,
        InputMissing, InputNotTaken, InputNotValid, PatchEmpty, PatchUnclear, PatchImpossible, PatchTooLate, ParameterMissing, UnknownParameter, ParameterNotValid,
        BadParameter, NotListed, UnknownContract, UnregisteredContract, EmptyContract, ContractCircle, BadContract, UnsafeName, BadTransform, ImpossibleHandoff, ContractConflict, UnknownWriter,
    ];

    private static PlanProblemKind Error(string code, string meaning, string remedy) => new(code, PlanProblemSeverity.Error, meaning, remedy);

    private static PlanProblemKind Warning(string code, string meaning, string remedy) => new(code, PlanProblemSeverity.Warning, meaning, remedy);
}
