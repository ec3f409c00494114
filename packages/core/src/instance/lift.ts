import { NixError } from "@tsnix/store";
import * as E from "fp-ts/lib/Either.js";
import type { ReaderTaskEither } from "fp-ts/lib/ReaderTaskEither.js";
import type { TaskEither } from "fp-ts/lib/TaskEither.js";

// The types of what the lifts give have names, so that declarations made from them keep to these imports.

/** A function whose failure is a value. */
export type Attempt<Args extends readonly unknown[], A> = (...args: Args) => E.Either<NixError, A>;
/** A function that gives an operation of an R, whose failure is a value. */
export type Operation<R, Args extends readonly unknown[], A> = (...args: Args) => ReaderTaskEither<R, NixError, A>;

/** Only what TSNix throws on purpose becomes a Left; anything else is a bug, and stays an exception. */
const leftOf = <A>(error: unknown): E.Either<NixError, A> => {
	if (error instanceof NixError) return E.left(error);
	throw error;
};

/** A function that throws, as one that gives an Either. */
export const liftSync =
	<Args extends readonly unknown[], A>(f: (...args: Args) => A): Attempt<Args, A> =>
	(...args) => {
		try {
			return E.right(f(...args));
		} catch (error) {
			return leftOf(error);
		}
	};

/** A function that gives a promise, as one that gives a TaskEither. */
export const lift =
	<Args extends readonly unknown[], A>(
		f: (...args: Args) => Promise<A>,
	): ((...args: Args) => TaskEither<NixError, A>) =>
	(...args) =>
	() =>
		Promise.resolve()
			.then(() => f(...args))
			.then(E.right, (error: unknown) => leftOf<A>(error));

/** A method, as a function that gives a ReaderTaskEither of what it is a method of. */
export const liftReader =
	<R, Args extends readonly unknown[], A>(f: (r: R, ...args: Args) => Promise<A>): Operation<R, Args, A> =>
	(...args) =>
	(r) =>
		lift(() => f(r, ...args))();
