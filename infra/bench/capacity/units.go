package capacity

// Units are what requests are charged.
type Units struct {
	Read  float64 `json:"read"`
	Write float64 `json:"write"`
}

// Plus returns the sum.
func (u Units) Plus(other Units) Units { return Units{u.Read + other.Read, u.Write + other.Write} }

const (
	readStep  = 4 << 10 // bytes of one consistent read
	writeStep = 1 << 10 // bytes of one write
)

// transactional is how often a transaction reads or writes each item.
const transactional = 2

// reading is what reading so many bytes costs, at least one step.
func reading(bytes int, consistent bool) float64 {
	units := float64(steps(bytes, readStep))
	if !consistent {
		units /= 2
	}
	return units
}

// writing is what writing an item costs in the table alone.
func writing(before, after Item) float64 {
	return float64(steps(max(before.Size(), after.Size()), writeStep))
}

// steps is how many steps are begun; even nothing takes one.
func steps(bytes, step int) int { return max(1, (bytes+step-1)/step) }
