package stats

import (
	"math"
	"testing"
)

func TestECE(t *testing.T) {
	var c Calibration
	c.N[1], c.Sum[1], c.Came[1] = 1000, 150, 100
	c.N[9], c.Sum[9], c.Came[9] = 999, 949, 849
	if v, n := c.ECE(); n != 0 || !math.IsNaN(v) {
		t.Errorf("an error of %v below the floor", v)
	}
	c.Add(1000, true)
	if v, n := c.ECE(); n != 2000 || math.Abs(v-150.0/2000) > 1e-9 {
		t.Errorf("the error is %v of %v, by hand 150 of 2000", v, n)
	}
}
