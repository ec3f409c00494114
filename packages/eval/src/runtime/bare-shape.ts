import { Shape } from "./shape";

/** The shape of the same names without positions: made once for each shape, so that sets made alike look alike. */
export const bareShape = (shape: Shape): Shape => {
	let bare = shape.bare;
	if (bare === undefined) {
		bare = Shape.of(shape.ids, undefined, 0);
		bare.bare = bare;
		shape.bare = bare;
	}
	return bare;
};
