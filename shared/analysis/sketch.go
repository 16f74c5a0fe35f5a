package analysis

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/bits"
)

// Sketch stands for a set of people without naming them: it tells how far two sets
// differ, exactly as far as that is fewer than [SketchLimit] people, and nothing else.
// The zero Sketch is the empty set.
//
// A person is a number x, and a set the sums of the powers of its people's numbers: Σ x⁰,
// Σ x¹, … modulo a prime. Sums are linear, so that those of a combination of sets, each
// with a weight, are Σ w xʲ over people, w being the person's weight in the combination. Such a
// sequence s₀, s₁, … obeys a linear recurrence whose order is the number of people with w ≠ 0
// (Prony 1795; Massey 1969, "Shift-register synthesis and BCH decoding"), which is the rank
// of the Hankel matrix [sᵢ₊ⱼ]: that factors into V D Vᵀ, V the Vandermonde matrix of the people's
// numbers and D their weights. Minsky, Trachtenberg and Zippel 2003, "Set reconciliation with
// nearly optimal communication complexity", compare sets in this way.
//
// With as many people as the matrix has rows, or more, its determinant is a polynomial in
// their numbers, of a degree of 90 at most and, from two rows on, not zero: Σ over as many people
// of Πw V², where each has (Πx)ʳ⁻¹ alone. The numbers are as good as random in a field of 2⁶¹-1,
// so that it vanishes by chance once in 10¹⁶ times.
//
// It is for staff alone. The recurrence of a few people could be solved for their numbers, and
// these be compared with those of known pseudonyms.
type Sketch struct {
	sums [2*SketchLimit - 1]uint64 // of the powers from 0 on, modulo prime
}

// SketchLimit is up to how many people a difference is told exactly: to one fewer.
const SketchLimit = 10

// prime is a Mersenne prime, modulo which a product needs no division. The weights of people
// in a combination are far from its multiples.
const prime = 1<<61 - 1

// Add takes a person in, who must not be in it already.
func (s *Sketch) Add(id string) {
	x, power := number(id), uint64(1)
	for j := range s.sums {
		s.sums[j] = plus(s.sums[j], power)
		power = times(power, x)
	}
}

// number is a person in the sums: the first 61 bits of the SHA-256 of the id, and never 0.
func number(id string) uint64 {
	hash := sha256.Sum256([]byte(id))
	return max(binary.BigEndian.Uint64(hash[:8])>>3%prime, 1)
}

// Plus returns the combination with another set, or combination, that has a weight; with
// -1 it takes the other's people out. Weights add up to less than the modulus.
func (s Sketch) Plus(weight int, other Sketch) Sketch {
	switch { // the first two are what long searches consist of
	case weight == 1:
		for j := range s.sums {
			s.sums[j] = plus(s.sums[j], other.sums[j])
		}
	case weight == -1:
		for j := range s.sums {
			s.sums[j] = plus(s.sums[j], prime-other.sums[j])
		}
	case weight < 0:
		return s.Plus(-weight, Sketch{}.Plus(-1, other))
	default:
		for j := range s.sums {
			s.sums[j] = plus(s.sums[j], times(uint64(weight), other.sums[j]))
		}
	}
	return s
}

// People returns on how many people the combination rests: those whose weights do not
// cancel out; limit for that many or more. The limit is at most SketchLimit.
func (s Sketch) People(limit int) int {
	rows := max(2, min(limit, SketchLimit))
	var matrix [SketchLimit][SketchLimit]uint64
	for i := range rows {
		copy(matrix[i][:rows], s.sums[i:])
	}
	rank := 0
	for column := range rows {
		pivot := rank
		for pivot < rows && matrix[pivot][column] == 0 {
			pivot++
		}
		if pivot == rows {
			continue
		}
		matrix[rank], matrix[pivot] = matrix[pivot], matrix[rank]
		for row := rank + 1; row < rows; row++ {
			a, b := matrix[rank][column], prime-matrix[row][column]
			for k := column; k < rows; k++ {
				matrix[row][k] = plus(times(a, matrix[row][k]), times(b, matrix[rank][k]))
			}
		}
		rank++
	}
	return min(rank, limit)
}

// Support returns on how many people a combination of sets rests, Σ weight × set: those
// whose weights do not cancel out; SketchLimit for that many or more. Weights are small.
func Support(weights []int, sets []Sketch) int {
	var sum Sketch
	for i, set := range sets {
		sum = sum.Plus(weights[i], set)
	}
	return sum.People(SketchLimit)
}

func plus(a, b uint64) uint64 {
	sum := a + b // below 2⁶³
	if sum >= prime {
		sum -= prime
	}
	return sum
}

func times(a, b uint64) uint64 {
	high, low := bits.Mul64(a, b) // 2⁶¹ is 1: the bits from the 61st on are added to those below
	return plus(high<<3|low>>61, low&prime)
}

// MarshalText writes the sums in hex: they are larger than a number of JSON holds exactly.
func (s Sketch) MarshalText() ([]byte, error) {
	var sums []byte
	for _, sum := range s.sums {
		sums = binary.BigEndian.AppendUint64(sums, sum)
	}
	return hex.AppendEncode(nil, sums), nil
}

// UnmarshalText reads what MarshalText writes.
func (s *Sketch) UnmarshalText(text []byte) error {
	sums, err := hex.DecodeString(string(text))
	if err != nil {
		return fmt.Errorf("decoding a sketch: %w", err)
	}
	if len(sums) != 8*len(s.sums) {
		return fmt.Errorf("a sketch has %d bytes, not %d", 8*len(s.sums), len(sums))
	}
	for j := range s.sums {
		if s.sums[j] = binary.BigEndian.Uint64(sums[8*j:]); s.sums[j] >= prime {
			return fmt.Errorf("a sum of a sketch is %d, and its modulus %d", s.sums[j], uint64(prime))
		}
	}
	return nil
}
