package gateway

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strconv"
)

// response is what a function answers, payload version 2.0.
type response struct {
	StatusCode      *int              `json:"statusCode"`
	Headers         map[string]string `json:"headers"`
	Cookies         []string          `json:"cookies"`
	Body            string            `json:"body"`
	IsBase64Encoded bool              `json:"isBase64Encoded"`
}

// answer writes what the function returned. As HTTP API does, it takes an answer
// without a status for a body of JSON.
func answer(w http.ResponseWriter, output []byte) {
	var said response
	err := json.Unmarshal(output, &said)
	if (err != nil || said.StatusCode == nil) && json.Valid(output) && !bytes.Equal(bytes.TrimSpace(output), []byte("null")) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(output)
		return
	}
	body := []byte(said.Body)
	if err == nil && said.IsBase64Encoded {
		body, err = base64.StdEncoding.DecodeString(said.Body)
	}
	if err != nil || said.StatusCode == nil || *said.StatusCode < 200 || *said.StatusCode > 599 {
		refuse(w, http.StatusInternalServerError, "Internal Server Error")
		return
	}
	header := w.Header()
	for name, value := range said.Headers {
		header.Set(name, value)
	}
	for _, cookie := range said.Cookies {
		header.Add("Set-Cookie", cookie)
	}
	if len(body) > 0 {
		if header.Get("Content-Type") == "" {
			header.Set("Content-Type", "text/plain;charset=UTF-8")
		}
		header.Set("Content-Length", strconv.Itoa(len(body)))
	}
	w.WriteHeader(*said.StatusCode)
	_, _ = w.Write(body)
}
