// Package stats computes every statistic of an experiment's plan: change within the
// participants, their change against the comparison group's, reliability, attrition.
//
// What cannot be computed is said, never shown as a number: a [Number] is only read
// together with whether it is there, and its [Status] gives the reason.
//
// People are added one at a time to an accumulator, and nobody is kept. Means,
// variances and correlations ([Moments], [Pairs], [Items]) take the same memory for
// ten people as for 100,000, and so do the t tests, effect sizes, alpha, omega and the
// difference in differences that rest on them. Two statistics need every value: the
// Wilcoxon test ranks the differences, and HC3 weighs each residual. [Differences] and
// [Observations] therefore count how often each distinct value occurs, which is bounded
// by the scale of the answers rather than by the number of people. Nothing here needs
// a list of all people.
//
// A score is in points of its scale, unless a name says that it is in items' sums or
// whole numbers. A change is later minus earlier: positive where scores rise. The
// level of every interval is 95 %. Formulas and sources stand at the functions.
package stats
