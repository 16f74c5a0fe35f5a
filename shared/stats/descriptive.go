package stats

import "math"

// Moments accumulates the mean and the variance of values that are seen once
// (Welford 1962): it takes the same memory for any number of them, and does not
// subtract two large sums. The zero value has seen none.
type Moments struct {
	n       int
	mean    float64
	squares float64 // Σ (x - mean)²
}

// Add takes in a value.
func (m *Moments) Add(x float64) {
	m.n++
	before := x - m.mean
	m.mean += before / float64(m.n)
	m.squares += before * (x - m.mean)
}

// N returns how many values there were.
func (m Moments) N() int { return m.n }

// Mean returns Σx/n, in the unit of the values; undefined without any.
func (m Moments) Mean() Number {
	if m.n == 0 {
		return Undefined(NoPeople)
	}
	return Known(m.mean)
}

// Variance returns Σ(x - mean)²/(n - 1), in the squared unit of the values; undefined
// below two values.
func (m Moments) Variance() Number {
	if m.n < 2 {
		return Undefined(TooFew)
	}
	return Known(m.variance())
}

// SD returns the square root of the variance, in the unit of the values; undefined
// below two values.
func (m Moments) SD() Number {
	if m.n < 2 {
		return Undefined(TooFew)
	}
	return Known(math.Sqrt(m.variance()))
}

func (m Moments) variance() float64 { return m.squares / float64(m.n-1) }

// Pairs accumulates the scores of people at two times: of those who have both. The
// zero value has seen nobody.
type Pairs struct {
	dropped           int
	pre, post, change Moments
	products          float64 // Σ (pre - mean)(post - mean)
}

// Add takes in a person's scores before and after.
func (p *Pairs) Add(pre, post float64) {
	before := pre - p.pre.mean
	p.pre.Add(pre)
	p.post.Add(post)
	p.change.Add(post - pre)
	p.products += before * (post - p.post.mean)
}

// Drop counts a person who has one of the two scores only. Nothing is carried forward.
func (p *Pairs) Drop() { p.dropped++ }

// N returns how many pairs are complete.
func (p Pairs) N() int { return p.change.n }

// Dropped returns how many people had one score only.
func (p Pairs) Dropped() int { return p.dropped }

// Pre returns the scores before, of the complete pairs.
func (p Pairs) Pre() Moments { return p.pre }

// Post returns the scores after, of the complete pairs.
func (p Pairs) Post() Moments { return p.post }

// Change returns post - pre.
func (p Pairs) Change() Moments { return p.change }

// Correlation returns Pearson's r of pre and post (no unit); undefined below two pairs,
// and where one of them does not vary.
func (p Pairs) Correlation() Number {
	switch {
	case p.N() < 2:
		return Undefined(TooFew)
	case p.pre.squares == 0 || p.post.squares == 0:
		return Undefined(ZeroVariance)
	}
	return Known(p.products / math.Sqrt(p.pre.squares) / math.Sqrt(p.post.squares))
}
