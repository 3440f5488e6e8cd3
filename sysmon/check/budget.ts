/**
 * Steps that a kind of comparison may still take: a hostile file of 200,000 filters must end in bounded time. What is
 * left out is said.
 */
export class Budget {
    constructor(private left: number) {}

    /** Takes steps; false where there are none left, and from then on. */
    spend(steps: number): boolean {
        this.left -= steps;
        return this.left >= 0;
    }

    /** Whether more was asked for than there was. */
    get spent(): boolean {
        return this.left < 0;
    }
}
