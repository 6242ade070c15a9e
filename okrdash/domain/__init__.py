"""What OKRs are and how they are measured: no Streamlit, no SQL, no clock (the day comes in as an argument)."""
