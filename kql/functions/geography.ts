import { dynamicReal, type Dynamic } from "../values/dynamic";
import type { ScalarFunction } from "./call";
import { fixed } from "./define";

/** Radius in meters of the sphere that stands for the Earth: that of the S2 library, which the documented results show. */
const earthRadius = 6_371_010;

/** A place in degrees. */
interface Point {
    readonly longitude: number;
    readonly latitude: number;
}

function pointOf(longitude: number, latitude: number): Point | undefined {
    return Math.abs(longitude) <= 180 && Math.abs(latitude) <= 90 ? { longitude, latitude } : undefined;
}

function radians(degrees: number): number {
    return (degrees * Math.PI) / 180;
}

/** The shortest way between two places on the sphere, in meters (haversine formula). */
function distance(a: Point, b: Point): number {
    const [north, east] = [radians(b.latitude - a.latitude), radians(b.longitude - a.longitude)];
    const chord =
        Math.sin(north / 2) ** 2 +
        Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * Math.sin(east / 2) ** 2;
    return 2 * earthRadius * Math.asin(Math.min(1, Math.sqrt(chord)));
}

const places = ["real", "real", "real", "real"] as const;

/** `geo_distance_2points(longitude, latitude, longitude, latitude [, use_spheroid])` on the sphere; null for no place. */
const distanceOf: ScalarFunction = (call) => {
    const { nodes } = call;
    if (nodes.length === places.length + 1 && call.constant(places.length) === true) {
        throw call.argNode(places.length).error("KQ201", "distances on a spheroid are not supported; leave this out");
    }
    return onSphere(call);
};

const onSphere = fixed(
    places,
    "real",
    (longitude, latitude, x, y) => {
        const [from, to] = [pointOf(longitude, latitude), pointOf(x, y)];
        return from === undefined || to === undefined ? null : distance(from, to);
    },
    ["bool"],
);

const alphabet = "0123456789bcdefghjkmnpqrstuvwxyz";
const bitsPerCharacter = 5;
const longestGeohash = 18;

/** Halves the ranges of longitude and latitude in turn, the east or north half for each bit that is set. */
class Cell {
    private readonly ranges: readonly { low: number; high: number }[] = [
        { low: -180, high: 180 },
        { low: -90, high: 90 },
    ];
    private turn = 0;

    /** Takes the half that a place is in; the bit of it. */
    takeHalfOf({ longitude, latitude }: Point): boolean {
        const value = this.turn === 0 ? longitude : latitude;
        const upper = value >= this.middle(this.turn);
        this.take(upper);
        return upper;
    }

    take(upper: boolean): void {
        const range = this.ranges[this.turn];
        if (range === undefined) return;
        const middle = this.middle(this.turn);
        if (upper) range.low = middle;
        else range.high = middle;
        this.turn = 1 - this.turn;
    }

    /** The middle of the range of longitude (0) or latitude (1). */
    middle(place: number): number {
        const { low, high } = this.ranges[place] ?? { low: 0, high: 0 };
        return (low + high) / 2;
    }
}

/** `geo_point_to_geohash(longitude, latitude [, accuracy])`: 5 characters unless told; nothing for no place. */
const geohash = fixed(
    ["real", "real"],
    "string",
    (longitude, latitude, accuracy: number | bigint = 5) => {
        const point = pointOf(longitude, latitude);
        const length = Number(accuracy);
        if (point === undefined || length < 1 || length > longestGeohash) return "";
        const cell = new Cell();
        return Array.from({ length }, () => {
            let code = 0;
            for (let bit = 0; bit < bitsPerCharacter; bit++) code = code * 2 + (cell.takeHalfOf(point) ? 1 : 0);
            return alphabet[code] ?? "";
        }).join("");
    },
    ["long"],
);

/** `geo_geohash_to_central_point(geohash)`: a GeoJSON point; null for a text that is no geohash. */
const centralPoint = fixed(["string"], "dynamic", (text): Dynamic => {
    if (text.length < 1 || text.length > longestGeohash) return null;
    const cell = new Cell();
    for (const character of text) {
        const code = alphabet.indexOf(character);
        if (code < 0) return null;
        for (let bit = bitsPerCharacter - 1; bit >= 0; bit--) cell.take(((code >> bit) & 1) === 1);
    }
    return new Map<string, Dynamic>([
        ["type", "Point"],
        ["coordinates", [dynamicReal(cell.middle(0)), dynamicReal(cell.middle(1))]],
    ]);
});

/** `geo_point_in_circle(longitude, latitude, longitude, latitude, radius in meters)`; null for no place, or no radius. */
const inCircle = fixed(["real", "real", "real", "real", "real"], "bool", (longitude, latitude, x, y, radius) => {
    const [point, center] = [pointOf(longitude, latitude), pointOf(x, y)];
    if (point === undefined || center === undefined || !(radius > 0)) return null;
    return distance(point, center) <= radius;
});

/** Functions over places on the Earth. */
export const geographyFunctions: Readonly<Record<string, ScalarFunction>> = {
    geo_distance_2points: distanceOf,
    geo_geohash_to_central_point: centralPoint,
    geo_point_in_circle: inCircle,
    geo_point_to_geohash: geohash,
};
