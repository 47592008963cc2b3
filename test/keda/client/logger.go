package main

import (
	"fmt"
	"strings"

	"github.com/go-logr/logr"
)

// logLine is what KEDA says of one ScaledObject.
type logLine struct {
	Level   int    `json:"level"`
	Message string `json:"message"`
	Error   string `json:"error,omitempty"`
	// Values holds what KEDA gives with the message itself, as text.
	Values map[string]string `json:"values"`
}

// logSink hands on all that KEDA logs, to the lowest level.
type logSink struct {
	report *report
	id     string
}

func newLogger(report *report) logr.Logger {
	return logr.New(logSink{report: report})
}

func (s logSink) Init(logr.RuntimeInfo) {}

func (s logSink) Enabled(int) bool { return true }

func (s logSink) WithName(string) logr.LogSink { return s }

// WithValues sees whom the lines of a logger are about.
func (s logSink) WithValues(keysAndValues ...any) logr.LogSink {
	values := map[string]string{}
	for key, value := range toValues(keysAndValues) {
		values[strings.ToLower(key)] = value
	}
	// The first is how a scaler says it, the second how the scale handler does.
	for _, prefix := range []string{"", "scaledobject."} {
		if namespace, found := values[prefix+"namespace"]; found {
			s.id = namespace + "/" + values[prefix+"name"]
		}
	}
	return s
}

func (s logSink) Info(level int, message string, keysAndValues ...any) {
	s.add(&logLine{Level: level, Message: message, Values: toValues(keysAndValues)})
}

func (s logSink) Error(err error, message string, keysAndValues ...any) {
	s.add(&logLine{Message: message, Error: fmt.Sprint(err), Values: toValues(keysAndValues)})
}

func (s logSink) add(line *logLine) {
	s.report.add(event{ID: s.id, Event: "logged", Log: line})
}

func toValues(keysAndValues []any) map[string]string {
	values := map[string]string{}
	for i := 0; i+1 < len(keysAndValues); i += 2 {
		values[fmt.Sprint(keysAndValues[i])] = fmt.Sprint(keysAndValues[i+1])
	}
	return values
}
