/** Lookups after which the worth of remembering is judged again. */
const judgedAfter = 4096;

/** Judgments that are skipped after remembering was found not to pay. */
const restingRounds = 16;

/**
 * Results by value, for values that come again: images and users do all day, command lines hardly. It holds a bounded
 * number, and rests for a while where less than a quarter of the lookups find something.
 */
export class ResultCache<Result> {
    private readonly results = new Map<string, Result>();
    private lookups = 0;
    private found = 0;
    private resting = 0;

    /** Keeps at most `capacity` results, of values at most `longest` UTF-16 units long. */
    constructor(
        private readonly capacity: number,
        private readonly longest: number,
    ) {}

    /** What is known of the value, or what `compute` makes of it. */
    get(value: string, compute: (value: string) => Result): Result {
        if (++this.lookups === judgedAfter) this.judge();
        if (this.resting > 0 || value.length > this.longest) return compute(value);
        const known = this.results.get(value);
        if (known !== undefined) {
            this.found++;
            return known;
        }
        const result = compute(value);
        if (this.results.size >= this.capacity) this.results.clear();
        this.results.set(value, result);
        return result;
    }

    private judge(): void {
        if (this.resting > 0) this.resting--;
        else if (this.found * 4 < this.lookups) {
            this.resting = restingRounds;
            this.results.clear();
        }
        this.lookups = 0;
        this.found = 0;
    }
}
