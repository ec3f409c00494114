/** What was probably meant, where there is nothing of a name: loaded where that happens. */
export { didYouMean, suggest } from "@tsnix/eval";
