import { Shape } from "./shape";

const bare = new WeakMap<Shape, Shape>();

/** The shape of the same names without positions: made once for each shape, so that sets made alike look alike. */
export const bareShape = (shape: Shape): Shape => {
	let result = bare.get(shape);
	if (result === undefined) {
		result = Shape.of(shape.ids, undefined, 0);
		bare.set(shape, result);
		bare.set(result, result);
	}
	return result;
};
