package plain

import "testing"

func TestFold(t *testing.T) {
	for _, c := range []struct{ one, other string }{
		{"José", "Jose\u0301"},
		{"Zoë", "ZOË"},
		{"Ada", "A\u200bd\u200ca\ufeff"},
		{"Ada", "\u202eAda\u202c"},
		{"O'Brien", "O’Brien"},
		{"Ada", "**Ada**"},
		{"Ada", "`Ada`"},
		{"Ada", `"Ada"`},
		{"Ada", "_Ada_"},
		{"Mary Ann", "mary \u00a0 ann"},
		{"Anne-Marie", "Anne‑Marie"},
		{"Mary Ann", "Mary_Ann"},
		{"Straße", "STRASSE"},
	} {
		if Fold(c.one) != Fold(c.other) {
			t.Errorf("%q folds to %q, %q to %q", c.one, Fold(c.one), c.other, Fold(c.other))
		}
	}
	for _, c := range []struct{ one, other string }{{"Ada", "Adah"}, {"José", "Jose"}, {"Mary Ann", "Maryann"}, {"O'Brien", "OBrien"},
		{"李", "王"}} {
		if Fold(c.one) == Fold(c.other) {
			t.Errorf("%q and %q both fold to %q", c.one, c.other, Fold(c.one))
		}
	}
}
