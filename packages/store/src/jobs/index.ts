export { doJob, type JobTools } from "./do-job";
export type { Job, JobResult, JobResults, Jobs, HashedTree, HashJob, ObjectSource, PackJob, RestoreJob } from "./job";
export { type JobPort, serveJobs } from "./job-thread";
export { JobThreads, type JobThreadsOptions, type JobWorker } from "./job-threads";
