export { doJob, type JobTools } from "./do-job";
export { HashesAhead } from "./hashes-ahead";
export type { HashedTree, HashJob, Job, JobResult, JobResults, Jobs, ObjectSource, PackJob, RestoreJob } from "./job";
export { type JobPort, serveJobs } from "./job-thread";
export { JobThreads, type JobThreadsOptions, type JobWorker } from "./job-threads";
