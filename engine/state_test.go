package engine

import (
	"reflect"
	"testing"
)

// A copy of a state can't alias: beside the charter, which nobody changes, there is nothing behind a pointer.
func TestStateIsAValue(t *testing.T) {
	var look func(path string, typ reflect.Type)
	look = func(path string, typ reflect.Type) {
		switch typ.Kind() {
		case reflect.Struct:
			for i := range typ.NumField() {
				f := typ.Field(i)
				if f.Type == reflect.TypeFor[*Charter]() {
					continue
				}
				look(path+"."+f.Name, f.Type)
			}
		case reflect.Array:
			look(path, typ.Elem())
		case reflect.Pointer, reflect.Slice, reflect.Map, reflect.Interface, reflect.Func, reflect.Chan:
			t.Errorf("%s is a %s", path, typ)
		}
	}
	look("State", reflect.TypeFor[State]())
}

// ApplyAll stops before the first event that can't follow, and what it was given stays as it was.
func TestApplyAllStops(t *testing.T) {
	log, _ := playDrawn(t, table10(1, nil))
	for at := range log {
		spoilt := append([]Event(nil), log...)
		if spoilt[at].Body = (Created{}); at == 0 {
			spoilt[at].Body = PhaseBegan{}
		}
		want, err := Fold(log[:at])
		if err != nil {
			t.Fatal(err)
		}
		if got, err := Fold(spoilt); err == nil || got != want {
			t.Errorf("event %d spoilt: %v, %+v", at, err, got)
		}
		if got, err := ApplyAll(want, log[at:]); err != nil || !got.Over {
			t.Errorf("from event %d: %v, over %v", at, err, got.Over)
		}
	}
	if _, err := Apply(State{}, log[1]); err == nil {
		t.Error("a log was opened with its second event")
	}
	if got, err := Apply(State{}, log[0]); err != nil || got.Rules != log[0].Body.(Created).Rules {
		t.Errorf("the zero state takes no first event: %v", err)
	}
}
