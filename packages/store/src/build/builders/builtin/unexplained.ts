/** A failure of the reference's own libraries, which is told in their words and no others. */
export class Unexplained extends Error {}
