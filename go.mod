module turncoat

go 1.26

require (
	github.com/goccy/go-json v0.12.0 // indirect
	github.com/looplab/fsm v1.0.3 // indirect
)
