export { type DedupeOptions, type DedupeSuggestion, dedupeInputs } from "./dedupe-inputs";
export { type InputFacts, inputFacts } from "./input-facts";
export { checkLockPolicy, type LockPolicy, type PolicyCode, PolicyViolation } from "./policy";
export { type PullRequestText, pullRequestText } from "./pull-request";
